/// Strict reading of JSON files.
package org.costate.interop.json;
