"""Returns the sizes of the thumbnails of a picture; a library that the build adds resizes it."""

SIZES = (64, 256, 1024)


def handler(event, context):
    width, height = event["width"], event["height"]
    longest = max(width, height)
    return [
        {"width": width * size // longest, "height": height * size // longest}
        for size in SIZES
        if size < longest
    ]
