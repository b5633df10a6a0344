package evidence

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"candour/models/opaque"
)

// Keys are what evidence is encrypted with: the first seals, all of them open, so that
// a key can be replaced without touching what is stored.
type Keys struct {
	first string
	all   map[string][]byte
}

const keySize = 32

// ReadKeys reads a key file: one key a line, 32 bytes in base64, the newest first. It
// refuses a file that others can read. With make, a file that is not there is made.
func ReadKeys(path string, make bool) (*Keys, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) && make {
		if err := makeKey(path); err != nil {
			return nil, err
		}
		info, err = os.Stat(path)
	}
	if err != nil {
		return nil, fmt.Errorf("evidence: key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("evidence: key file %s: others can read it (mode %04o); it must be 0600", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("evidence: key file: %w", err)
	}
	return newKeys(strings.Fields(string(text)))
}

func makeKey(path string) error {
	key := make([]byte, keySize)
	rand.Read(key)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil // somebody else was first: theirs is the key
	}
	if err != nil {
		return fmt.Errorf("evidence: key file: %w", err)
	}
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(key) + "\n")
	if e := f.Sync(); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fmt.Errorf("evidence: key file: %w", err)
	}
	return nil
}

func newKeys(lines []string) (*Keys, error) {
	k := &Keys{all: map[string][]byte{}}
	for i, line := range lines {
		key, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(key) != keySize {
			return nil, fmt.Errorf("evidence: key file: line %d is not %d bytes in base64", i+1, keySize)
		}
		sum := sha256.Sum256(append([]byte("candour evidence key 1\n"), key...))
		id := hex.EncodeToString(sum[:8])
		if k.all[id] = key; k.first == "" {
			k.first = id
		}
	}
	if k.first == "" {
		return nil, errors.New("evidence: key file: there is no key in it")
	}
	return k, nil
}

// sealed is a file as it is stored. What it is bound to is not stored with it: a row
// that was moved to another file, draft or sender does not open.
type sealed struct {
	key     string // which key wraps the file's own
	dataKey []byte // wrapped
	body    []byte
	bound   []byte
}

// bound is what a file is sealed for.
func bound(id, matter opaque.ID, account string, kind Kind) []byte {
	return fmt.Appendf(nil, "candour evidence 1\n%s\n%s\n%d %s\n%s", id, matter, len(account), account, kind)
}

func (k *Keys) seal(body, to []byte) (sealed, error) {
	own := make([]byte, keySize)
	rand.Read(own)
	wrapped, err := encrypt(k.all[k.first], own, to)
	if err != nil {
		return sealed{}, err
	}
	box, err := encrypt(own, body, to)
	return sealed{key: k.first, dataKey: wrapped, body: box, bound: to}, err
}

func (k *Keys) open(box sealed) ([]byte, error) {
	key, known := k.all[box.key]
	if !known {
		return nil, fmt.Errorf("evidence: the key %s is not in the key file", box.key)
	}
	own, err := decrypt(key, box.dataKey, box.bound)
	if err != nil {
		return nil, err
	}
	return decrypt(own, box.body, box.bound)
}

func encrypt(key, plain, to []byte) ([]byte, error) {
	seal, err := gcm(key)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, seal.NonceSize(), seal.NonceSize()+len(plain)+seal.Overhead())
	rand.Read(nonce)
	return seal.Seal(nonce, nonce, plain, to), nil
}

func decrypt(key, box, to []byte) ([]byte, error) {
	seal, err := gcm(key)
	if err != nil {
		return nil, err
	}
	if len(box) < seal.NonceSize() {
		return nil, errors.New("evidence: what is stored is too short")
	}
	plain, err := seal.Open(nil, box[:seal.NonceSize()], box[seal.NonceSize():], to)
	if err != nil {
		return nil, fmt.Errorf("evidence: what is stored does not open: %w", err)
	}
	return plain, nil
}

func gcm(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
