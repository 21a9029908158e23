/// Data sets that experiments train on: how a draw of them becomes a batch, what entry and exit
/// they ask of a model, and which terminal cost belongs to them.
package org.costate.cli.data;
