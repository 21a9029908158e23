/// Studies: named configurations of one experiment, each run with its seeds, summed up side by
/// side.
package org.costate.cli.study;
