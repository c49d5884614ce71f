package pyshop;

import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.CATENATE_ALL;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.CATENATE_NUMBERS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.CATENATE_WORDS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.GENERATE_NUMBER_PARTS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.GENERATE_WORD_PARTS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.IGNORE_KEYWORDS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.PRESERVE_ORIGINAL;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.SPLIT_ON_CASE_CHANGE;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.SPLIT_ON_NUMERICS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.STEM_ENGLISH_POSSESSIVE;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterIterator;
import org.elasticsearch.common.settings.Settings;

/** Cut tokens at punctuation, at changes of case and between letters and digits. */
final class WordDelimiters {

  private static final Map<String, Integer> ON_BY_DEFAULT =
      Map.of(
          "generate_word_parts", GENERATE_WORD_PARTS,
          "generate_number_parts", GENERATE_NUMBER_PARTS,
          "split_on_case_change", SPLIT_ON_CASE_CHANGE,
          "split_on_numerics", SPLIT_ON_NUMERICS,
          "stem_english_possessive", STEM_ENGLISH_POSSESSIVE);

  private static final Map<String, Integer> OFF_BY_DEFAULT =
      Map.of(
          "catenate_words", CATENATE_WORDS,
          "catenate_numbers", CATENATE_NUMBERS,
          "catenate_all", CATENATE_ALL,
          "preserve_original", PRESERVE_ORIGINAL,
          "ignore_keywords", IGNORE_KEYWORDS);

  private WordDelimiters() {}

  static String[] parameters() {
    List<String> names = new ArrayList<>(List.of("adjust_offsets", "protected_words"));
    names.addAll(ON_BY_DEFAULT.keySet());
    names.addAll(OFF_BY_DEFAULT.keySet());
    return names.toArray(String[]::new);
  }

  static UnaryOperator<TokenStream> of(Settings settings) {
    int flags = flags(settings, ON_BY_DEFAULT, true) | flags(settings, OFF_BY_DEFAULT, false);
    boolean adjustOffsets = settings.getAsBoolean("adjust_offsets", true);
    CharArraySet protectedWords = new CharArraySet(settings.getAsList("protected_words"), false);
    return input ->
        new WordDelimiterGraphFilter(
            input,
            adjustOffsets,
            WordDelimiterIterator.DEFAULT_WORD_DELIM_TABLE,
            flags,
            protectedWords);
  }

  private static int flags(Settings settings, Map<String, Integer> names, boolean byDefault) {
    return names.entrySet().stream()
        .filter(flag -> settings.getAsBoolean(flag.getKey(), byDefault))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }
}
