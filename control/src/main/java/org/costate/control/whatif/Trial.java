package org.costate.control.whatif;

import java.util.Optional;

/// A design with another value of one parameter.
///
/// @param value the value
/// @param effect what it does; absent if it failed
/// @param predicted what the first order predicts; absent for a discrete parameter
/// @param failure why there is no effect, else empty
public record Trial(
    double value, Optional<Effect> effect, Optional<Effect> predicted, String failure) {}
