/// What the gradient of a model without data of its own is checked on.
package org.costate.cli.check;
