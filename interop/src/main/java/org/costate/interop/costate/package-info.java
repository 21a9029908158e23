/// The folder format of Costate itself: an architecture as data in `config.json`, and its controls
/// in double precision in `model.safetensors`.
package org.costate.interop.costate;
