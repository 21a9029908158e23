/// What the verbs of the small worlds show: particles on the sphere, least squares, memory.
package org.costate.cli.worlds;
