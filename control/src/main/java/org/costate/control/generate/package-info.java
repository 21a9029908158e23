/// Text from trained language models, token by token.
package org.costate.control.generate;
