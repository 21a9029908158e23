/// Stability of a model on one sequence of a file: what is asked for, its JSON, its tables and its
/// section of a report.
package org.costate.cli.stability;
