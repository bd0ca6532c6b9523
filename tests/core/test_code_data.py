"""The code tables that come with the software and the texts of the circulated forms."""

import csv
from collections import Counter
from pathlib import Path

import pytest

import core
from core.idnumbers import DOCUMENT_TYPES
from core.text import clean_text, match_key

DATA = Path(core.__file__).parent / "data"
TABLES = {
    "activity_kind", "base_level", "case_type", "competition_level", "cooperation_mode", "country", "difficulty_category", "district",
    "economic_type", "economy_kind",
    "education", "employer_nature", "employment_form", "employment_status", "ethnicity", "facility_type",
    "hazard_level", "honour_type", "household_type", "id_document_type", "industry_section", "innovation_level", "marital",
    "membership_change_reason", "membership_change_type", "membership_status", "party_stage", "permit_category",
    "political_affiliation", "progress_status", "safety_risk", "sex", "skill_level", "skill_title_crosswalk",
    "training_kind", "union_org_type",
}  # fmt: skip
MEMBER_FORM = {
    "sex": "男,女",
    "education": "博士,硕士,本科,大专,中专,高中,初中,小学及以下",
    "employment_status": "在岗,待（下）岗,失业,退休,退职,退养（内退）,病休,其他",
    "skill_level": "无,职业资格一级（高级技师）,职业资格二级（技师）,职业资格三级（高级）,职业资格四级（中级）,职业资格五级（初级）",
    "membership_change_type": "入会,转入,保留,转出,除名,退会",
    "membership_change_reason": (
        "劳动（工作）关系发生变化,在本单位下岗后待岗,失业,所在企业破产,个人要求退会,因犯罪被开除会籍"
    ),
    "political_affiliation": (
        "中共党员,中共预备党员,共青团员,民革党员,民盟盟员,民建会员,民进会员,农工党党员,致公党党员,九三学社社员,"
        "台盟盟员,无党派人士,群众"
    ),
    "id_document_type": "居民身份证",
    "household_type": "农业户口,非农业户口",
    "ethnicity": (
        "汉族,蒙古族,回族,藏族,维吾尔族,苗族,彝族,壮族,布依族,朝鲜族,满族,侗族,瑶族,白族,土家族,哈尼族,哈萨克族,傣族,"
        "黎族,僳僳族,佤族,畲族,高山族,拉祜族,水族,东乡族,纳西族,景颇族,柯尔克孜族,土族,达斡尔族,仫佬族,羌族,布朗族,"
        "撒拉族,毛南族,仡佬族,锡伯族,阿昌族,普米族,塔吉克族,怒族,乌孜别克族,俄罗斯族,鄂温克族,德昂族,保安族,裕固族,"
        "京族,塔塔尔族,独龙族,鄂伦春族,赫哲族,门巴族,珞巴族,基诺族"
    ),
}
UNION_FORM = {
    "employer_nature": (
        "国有企业,集体企业,股份合作企业,联营企业,国有独资公司,其他有限责任公司,国有控股公司,其他股份有限公司,私营企业,"
        "其他内资企业,港澳台商投资企业,外商投资企业,财政拨款的事业单位,其他事业单位,机关,个体经济组织,社会团体,"
        "民办非企业单位,基金会,其他组织"
    ),
    "economy_kind": "国有经济,集体经济,私营经济,个体经济,联营经济,股份制,外商投资,港澳台投资,其他经济类",
    "industry_section": (
        "农、林、牧、渔业,采矿业,制造业,电力、热力、燃气及水的生产和供应业,环境和公共设施管理业,建筑业,"
        "交通运输、仓储业和邮政业,信息传输、计算机服务和软件业,批发和零售业,住宿、餐饮业,金融、保险业,房地产业,"
        "租赁和商务服务业,科学研究、技术服务和地质勘查业,水利、环境和公共设施管理业,居民服务和其他服务业,教育,"
        "卫生、社会保障和社会服务业,文化、体育、娱乐业,综合（含投资类、主业不明显）,其它"
    ),
    "union_org_type": "独立基层工会,联合基层工会,工会联合会,产业(系统)工会,总工会",
    "district": (
        "海口市,三亚市,三沙市,儋州市,琼海市,文昌市,万宁市,东方市 ,五指山市,乐东县,澄迈县,临高县,定安县,屯昌县,陵水县,"
        "昌江县,保亭县,琼中县,白沙县,洋浦经济开发区"
    ),
}


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def codes(table):
    return rows(DATA / "codes" / f"{table}.csv")


def meaning(table):
    """Return match key → code for the names and aliases of a table."""
    found = {match_key(row["name"]): row["code"] for row in codes(table)}
    aliases = [row for row in rows(DATA / "code_aliases.csv") if row["table"] == table]
    return found | {match_key(row["text"]): row["code"] for row in aliases}


def test_every_table_is_there():
    assert {path.stem for path in (DATA / "codes").glob("*.csv")} == TABLES


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_table_is_clean(table):
    found = codes(table)
    assert list(found[0]) == ["code", "name", "standard", "rank"]
    for field in ("code", "name"):
        assert [value for value, times in Counter(row[field] for row in found).items() if times > 1] == []
    for row in found:
        assert all(value == clean_text(value) != "" for value in row.values())
        assert len(row["code"]) <= 20
        assert len(row["name"]) <= 100
        int(row["rank"])


def test_each_alias_leads_to_one_code():
    seen = {}
    for row in rows(DATA / "code_aliases.csv"):
        known = {code["code"] for code in codes(row["table"])}
        assert row["code"] in known, row
        assert row["text"] == clean_text(row["text"])
        assert len(row["text"]) <= 100
        assert seen.setdefault((row["table"], match_key(row["text"])), row["code"]) == row["code"], row
        names = {match_key(code["name"]): code["code"] for code in codes(row["table"])}
        assert names.get(match_key(row["text"]), row["code"]) == row["code"], row


def texts_of(form):
    return [(table, text) for table, texts in form.items() for text in texts.split(",")]


@pytest.mark.parametrize(("table", "text"), texts_of(MEMBER_FORM) + texts_of(UNION_FORM))
def test_every_value_of_the_circulated_forms_has_a_code(table, text):
    assert match_key(text) in meaning(table)


@pytest.mark.parametrize(
    ("table", "text", "code"),
    [
        ("ethnicity", "僳僳族", "20"),
        ("ethnicity", "汉", "01"),
        ("ethnicity", "毛难族", "36"),
        ("ethnicity", "崩龙族", "46"),
        ("education", "博士", "11"),
        ("education", "硕士", "14"),
        ("education", "本科", "21"),
        ("education", "专科", "31"),
        ("education", "高中毕业", "61"),
        ("education", "小学及以下", "80"),
        ("skill_level", "职业资格一级（高级技师）", "L6"),
        ("skill_level", "职业资格五级(初级)", "L2"),
        ("skill_level", "无", "L0"),
        ("employment_status", "待（下）岗", "2"),
        ("political_affiliation", "群众", "13"),
        ("political_affiliation", "中共预备党员", "02"),
        ("household_type", "农业户口", "2"),
        ("industry_section", "环境和公共设施管理业", "N"),
        ("industry_section", "卫生、社会保障和社会服务业", "Q"),
        ("industry_section", "其它", "X9"),
        ("union_org_type", "独立基层工会", "31"),
        ("union_org_type", "总工会", "10"),
        ("employer_nature", "国有控股公司", "161"),
        ("economy_kind", "私营经济", "3"),
        ("id_document_type", "身份证", "111"),
        ("district", "乐清", "330382"),
    ],
)
def test_a_text_means_its_code(table, text, code):
    assert meaning(table)[match_key(text)] == code


def test_skill_rank_climbs_against_the_certificate_digit():
    ranks = {row["code"]: int(row["rank"]) for row in codes("skill_level")}
    assert ranks == {
        "L0": 0,
        "L1": 1,
        "L2": 2,
        "L3": 3,
        "L4": 4,
        "L5": 5,
        "L6": 6,
        "L7": 7,
        "L8": 8,
        "ZX": -1,
    }


def test_education_ranks_by_level():
    ranks = {row["code"]: int(row["rank"]) for row in codes("education")}
    order = ["90", "81", "71", "61", "31", "21", "14", "11"]
    assert [ranks[code] for code in order] == [0, 1, 2, 3, 4, 5, 6, 7]


def test_the_number_rules_know_the_document_types():
    assert {row["code"]: row["name"] for row in codes("id_document_type")} == DOCUMENT_TYPES
