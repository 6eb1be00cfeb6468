/// What one look may and may not be taken to prove.
package dev.reconciler.observed;
