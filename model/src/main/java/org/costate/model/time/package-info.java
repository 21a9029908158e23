/// Time grids, bases of functions of time, and the layout of the controls.
package org.costate.model.time;
