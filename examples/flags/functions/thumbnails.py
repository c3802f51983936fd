"""Says which sizes a picture is wanted in; the sizes themselves are made by the library that the build adds."""

SIZES = (64, 256, 1024)


def handler(event, context):
    width, height = event["width"], event["height"]
    longest = max(width, height)
    return [
        {"width": width * size // longest, "height": height * size // longest}
        for size in SIZES
        if size < longest
    ]
