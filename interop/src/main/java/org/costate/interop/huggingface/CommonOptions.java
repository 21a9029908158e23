package org.costate.interop.huggingface;

import java.util.List;
import org.costate.interop.json.ConfigOptions;

/// Options that every configuration of transformers may carry.
final class CommonOptions {
  /// Describe training, generation, tokenisation or how Python holds the model: none changes what a
  /// forward evaluation in float64 gives.
  private static final List<String> HARMLESS =
      List.of(
          "architectures",
          "attn_implementation",
          "bad_words_ids",
          "begin_suppress_tokens",
          "bos_token_id",
          "chunk_size_feed_forward",
          "cls_token_id",
          "decoder_start_token_id",
          "diversity_penalty",
          "do_sample",
          "dtype",
          "early_stopping",
          "encoder_no_repeat_ngram_size",
          "eos_token_id",
          "exponential_decay_length_penalty",
          "finetuning_task",
          "forced_bos_token_id",
          "forced_eos_token_id",
          "gradient_checkpointing",
          "id2label",
          "initializer_range",
          "keys_to_ignore_at_inference",
          "label2id",
          "length_penalty",
          "max_length",
          "min_length",
          "no_repeat_ngram_size",
          "num_beam_groups",
          "num_beams",
          "num_labels",
          "num_return_sequences",
          "output_attentions",
          "output_hidden_states",
          "output_scores",
          "pad_token_id",
          "prefix",
          "problem_type",
          "remove_invalid_values",
          "repetition_penalty",
          "return_dict",
          "return_dict_in_generate",
          "sep_token_id",
          "suppress_tokens",
          "task_specific_params",
          "temperature",
          "tf_legacy_loss",
          "tokenizer_class",
          "top_k",
          "top_p",
          "torch_dtype",
          "torchscript",
          "transformers_version",
          "typical_p",
          "unk_token_id",
          "use_bfloat16",
          "use_cache");

  private CommonOptions() {}

  /// Takes note of the harmless ones and refuses the others unless they are at rest.
  static void check(ConfigOptions config) {
    config.ignore(HARMLESS);
    config.text("model_type");
    config.allow("add_cross_attention", "false");
    config.allow("cross_attention_hidden_size");
    config.allow("is_decoder", "false");
    config.allow("is_encoder_decoder", "false");
    config.allow("pruned_heads", "{}");
    config.allow("quantization_config");
    config.allow("tie_encoder_decoder", "false");
  }
}
