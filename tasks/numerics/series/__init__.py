"""From a file to windows: tables, dates, frequencies, periods, scaling, what is expected of a series. Nothing here knows a network or a score."""
