/// Models and what people who use them call their results.
package org.costate.interop.architecture;
