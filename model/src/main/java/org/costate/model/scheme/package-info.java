/// Time-stepping schemes as data, and the step that runs them with four derivative actions.
package org.costate.model.scheme;
