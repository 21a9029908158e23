/// Optimal-control problems, objectives, optimisers, linear systems along a trajectory, stability.
package org.costate.control;
