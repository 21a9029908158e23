/// Reading and writing what other programs use: safetensors, model folders, text and CSV data.
package org.costate.interop;
