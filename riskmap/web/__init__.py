"""What every page shares: headers, error pages, rendering."""
