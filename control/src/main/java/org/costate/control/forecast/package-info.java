/// Baselines that a forecast has to beat.
package org.costate.control.forecast;
