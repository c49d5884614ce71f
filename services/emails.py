from email_validator import EmailNotValidError, validate_email

from core.errors import DomainError


class InvalidEmail(DomainError):
    code = "INVALID_EMAIL"

    def __init__(self, argument: str) -> None:
        super().__init__("This is not an e-mail address that mail can reach.", path=(argument,))


def normalised(email: str, argument: str = "email") -> str:
    """Return the one form of an address that accounts are known by; raises InvalidEmail.

    `argument` is the name under which a client gave it.
    Strictly, the part before the @ may differ by case; no mail service in use lets it.
    """
    try:
        found = validate_email(email.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise InvalidEmail(argument) from error
    return found.normalized.lower()
