/// Convex programs of at most a few hundred unknowns: linear, quadratic, second-order-cone and
/// semidefinite constraints behind one interface, solved by JOptimizer or ojAlgo.
package org.costate.control.convex;
