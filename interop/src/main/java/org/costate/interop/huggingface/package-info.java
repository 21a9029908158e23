/// Model folders of Hugging Face transformers and state dictionaries of PyTorch: their
/// configurations become architectures, their tensor names weight maps. Whatever would change a
/// result and is not understood is refused by name.
package org.costate.interop.huggingface;
