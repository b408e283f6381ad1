"""Pictures taken from the X server: what really is on the screen, not what the program thinks.

Called by window_test.py. Reads the format of the program `xwd` with nothing but the standard
library. Not here: keys, mouse, what is expected. Kept true: a picture in another form than true
colour with 32 bits a pixel is refused. Internal to tests/window/.
"""

import struct
import subprocess


class Picture:
    def __init__(self, data):
        head = struct.unpack(">25I", data[:100])
        size, version, form, depth, self.width, self.height = head[:6]
        order, bits, self.stride, colors = head[7], head[11], head[12], head[19]
        if version != 7 or form != 2 or bits != 32:
            raise ValueError(f"xwd made a picture of form {form}, {depth} of {bits} bits")
        self.pixels = data[size + colors * 12:]
        self.order = order

    def part(self, place):
        """The bytes of a rectangle (x, y, width, height)."""
        x, y, width, height = (int(value) for value in place)
        rows = range(max(y, 0), min(y + height, self.height))
        return b"".join(self.pixels[row * self.stride + 4 * x:row * self.stride + 4 * (x + width)]
                        for row in rows)

    def brightness(self):
        """The middle of all bytes that have a colour: 0 is black, 255 is white."""
        seen = [value for index, value in enumerate(self.pixels[::997]) if value not in (0,)] or [0]
        return sum(seen) / len(seen)

    def colours(self, place):
        """How many different pixels a rectangle has."""
        part = self.part(place)
        return len({part[at:at + 4] for at in range(0, len(part), 4)})


def take(window):
    done = subprocess.run(["xwd", "-silent", "-id", str(window)], capture_output=True, check=True)
    return Picture(done.stdout)
