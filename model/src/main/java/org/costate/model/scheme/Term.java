package org.costate.model.scheme;

/// One summand `coefficient(h) · r[register]` of a [Line].
public record Term(int register, Coefficient coefficient) {}
