package org.costate.cli.bench;

/// Figures of one case; a number that does not apply is not a number, `null` in JSON.
///
/// @param preset shape
/// @param kind what is in a layer
/// @param task what was measured beside the forward sweep
/// @param threads worker threads
/// @param forwardS median seconds of a forward sweep
/// @param gradientS median seconds of forward and gradient together
/// @param peakRssMb largest resident size of the process
/// @param gflops matrix products of forward and gradient over `gradientS`
/// @param allocatedBytesPerSweep bytes that the threads of a sweep allocated in it after warm-up
/// @param hessianVectorS median seconds of a product of the Hessian with a direction
/// @param singularS median seconds of the eight leading singular values of the propagator
/// @param singularProducts products with the propagator or its transpose that they took
/// @param memoryMb states and records that a gradient keeps, as planned
/// @param storeAllMb what they take without a budget
/// @param repeatedSweeps what is run again, in forward sweeps
/// @param kernels the kernels
public record Measurement(
    String preset,
    String kind,
    String task,
    int threads,
    double forwardS,
    double gradientS,
    double peakRssMb,
    double gflops,
    long allocatedBytesPerSweep,
    double hessianVectorS,
    double singularS,
    int singularProducts,
    double memoryMb,
    double storeAllMb,
    double repeatedSweeps,
    String kernels) {}
