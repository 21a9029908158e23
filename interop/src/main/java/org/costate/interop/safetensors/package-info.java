/// The safetensors format: a JSON header of names, types, shapes and offsets, then the numbers,
/// little-endian.
package org.costate.interop.safetensors;
