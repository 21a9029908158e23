/// The `costate` command: verbs, configuration, progress and exit codes.
package org.costate.cli;
