package org.costate.cli.experiment;

import java.util.List;

/// How far the output of a trained model can be moved by its real input: certified and measured.
///
/// @param sequences held-out sequences around which an adversary seeks the largest gain; 0: no
/// certificate
/// @param radii `‖δ‖₂` of perturbations up to which a classifier is judged
public record CertificateConfig(int sequences, List<Double> radii) {
  /// What an experiment file may leave out.
  public static final CertificateConfig DEFAULT = new CertificateConfig(0, List.of());
}
