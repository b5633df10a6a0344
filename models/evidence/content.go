package evidence

import (
	"bytes"
	"image/jpeg"
	"image/png"
	"sync"
)

// Limits of what is looked into: a photograph of a telephone has 12 to 50 million
// points; an unpacked stream of a PDF that holds its objects is a few hundred kB.
const (
	maxSide   = 12_000
	maxPoints = 60_000_000
	// An image is decoded whole only when that costs little memory: what is larger is
	// held against its header alone.
	decodePoints = 16_000_000
	// What the packed objects of one PDF may come to, with something for each packet.
	maxUnpacked = 8 << 20
	packetCost  = 512
)

// decoding lets one file be looked into at a time.
var decoding sync.Mutex

// checkImage decodes an image: what does not decode is none, whatever its first bytes say.
func checkImage(kind Kind, body []byte) Problem {
	size, decode := jpeg.DecodeConfig, jpeg.Decode
	if kind == PNG {
		size, decode = png.DecodeConfig, png.Decode
	}
	config, err := size(bytes.NewReader(body))
	points := int64(config.Width) * int64(config.Height)
	switch {
	case err != nil || points == 0:
		return Broken
	case config.Width > maxSide || config.Height > maxSide || points > maxPoints:
		return TooWide
	case points > decodePoints:
		return ""
	}
	decoding.Lock()
	defer decoding.Unlock()
	if _, err := decode(bytes.NewReader(body)); err != nil {
		return Broken
	}
	return ""
}
