"""The example rows of the roll's empty forms: people who cannot exist, with numbers that can never be valid."""

PERSON = {"name": "某某某", "doc_type": "居民身份证", "number": "XXXXXXXXXXXXXXXXXX"}
FIRM = "某某有限公司"
FACTS = {
    "form": "劳动合同-固定期限",
    "occupation": "装配工",
    "team": "一班",
    "staff_number": "A001",
    "start": "2025/07/01",
}
JOB = PERSON | {"employer": FIRM} | FACTS
MEMBER = (
    PERSON
    | {
        "sex": "男",
        "birth_date": "1990/01/01",
        "ethnicity": "汉族",
        "employment_status": "在岗",
        "education": "高中",
        "skill_level": "初级工(五级)",
        "phone": "138XXXXXXXX",
        "household_type": "居民户口",
        "household_place": "某省某市某镇",
        "change": "入会",
        "on": "2026/03/01",
        "political": "群众",
        "employer": FIRM,
        "native_place": "某省某市",
        "is_migrant": "否",
        "is_key_post": "否",
        "is_industrial": "是",
    }
    | FACTS
)
