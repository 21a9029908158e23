/// How perturbations grow: singular values of linear maps known by their products.
package org.costate.control.stability;
