/// What a model would do with another design: the grids that are asked for, the JSON, tables and
/// pages of the answers.
package org.costate.cli.whatif;
