/// Orders of schemes and quadratures, and models on finer grids: JSON, tables and pages.
package org.costate.cli.converge;
