"""The book under fault, and in unusual circumstances: make faults."""
