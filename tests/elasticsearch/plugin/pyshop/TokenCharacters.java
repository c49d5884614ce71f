package pyshop;

import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/** The kinds of characters that make a token; all others are where a text is split. */
final class TokenCharacters {

  private TokenCharacters() {}

  /** Without kinds every character is kept, so that the text is one token. */
  static IntPredicate of(List<String> kinds) {
    return kinds.stream()
        .map(TokenCharacters::kind)
        .reduce(IntPredicate::or)
        .orElse(character -> true);
  }

  private static IntPredicate kind(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "letter" -> Character::isLetter;
      case "digit" -> Character::isDigit;
      case "whitespace" -> Character::isWhitespace;
      default ->
          throw new IllegalArgumentException(
              "no token_chars [" + name + "] in this reduced distribution");
    };
  }
}
