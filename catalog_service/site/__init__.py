"""What every page shares: rendering, layout, components, texts, assets, error pages."""
