"""The papers: what stands in a profile, a plan, a guide, a student brief and a region's report. Each is built as a neutral document."""
