/// Times whole sweeps of fixed shapes, every case in a process of its own.
package org.costate.cli.bench;
