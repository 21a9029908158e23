/// Files that appear whole or not at all, and what identifies them.
package org.costate.model.file;
