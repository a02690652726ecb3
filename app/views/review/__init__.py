"""The Review page, part by part: the list, the timeline, the summary, how right it is, looking back, comparing."""
