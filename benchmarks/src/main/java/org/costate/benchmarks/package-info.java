/// Microbenchmarks of the kernels and sweeps; never shipped.
package org.costate.benchmarks;
