/// State, kernels, operators with four derivative actions, the continuous equation and its
/// splitting schemes.
package org.costate.model;
