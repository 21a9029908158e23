/// Makes what an experiment describes: its data and its architecture.
package org.costate.cli.assembly;
