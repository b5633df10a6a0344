// For the few pages with a text that has a limit or a file to choose.
import { CharacterCount, FileUpload, createAll } from 'nhsuk-frontend'

function ready () {
  createAll(CharacterCount)
  createAll(FileUpload)
}

if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', ready)
else ready()
