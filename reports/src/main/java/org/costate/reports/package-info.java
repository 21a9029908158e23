/// Results as records, as JSON, and as self-contained HTML pages.
package org.costate.reports;
