/// Model folders: reading those of any known type, writing those of Costate and of GPT-2.
package org.costate.interop.folder;
